# Lists the draft box with Ruby's Net::HTTP.
require "net/http"

url = URI("https://api.weixin.qq.com/wxa/gettemplatedraftlist?access_token=#{ARGV[0]}")
puts Net::HTTP.get(url).force_encoding("UTF-8")
