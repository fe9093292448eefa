import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** Lists the draft box with java.net.http. */
public class Drafts {
    public static void main(String[] args) throws Exception {
        var url = URI.create("https://api.weixin.qq.com/wxa/gettemplatedraftlist?access_token=" + args[0]);
        var answer = HttpClient.newHttpClient().send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofByteArray());
        System.out.write(answer.body());
        System.out.println();
    }
}
