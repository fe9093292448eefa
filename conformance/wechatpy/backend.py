"""A platform's back end as a user of wechatpy writes it.

It knows its configuration and nothing else: no admin API, no ready file. What it
receives at /event it hands to the SDK, which verifies, decrypts, keeps the ticket and
exchanges the code of a grant while the push still waits for its answer. What it receives
at /APPID/message is about a merchant's mini program; the SDK verifies and decrypts that,
too, and is taught the events that it does not know in the way that it has for that.
"""

import io
import queue
import socketserver
import threading
from dataclasses import dataclass
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from wechatpy import parse_message
from wechatpy.component import WeChatComponent
from wechatpy.events import BaseEvent, register_event
from wechatpy.fields import IntegerField, StringField
from wechatpy.session.memorystorage import MemoryStorage

PATIENCE = 30  # seconds that an event may take to arrive


@dataclass(frozen=True)
class Config:
    """What the platform's page of WeChat shows, and where the API is."""

    appid: str
    secret: str
    token: str
    aes_key: str
    api_url: str
    port: int = 0  # 0 picks a free one


@register_event("weapp_audit_success")
class AuditSuccess(BaseEvent):
    event = "weapp_audit_success"
    at = IntegerField("SuccTime")


@register_event("weapp_audit_fail")
class AuditFail(BaseEvent):
    event = "weapp_audit_fail"
    reason = StringField("Reason")
    at = IntegerField("FailTime")
    screenshot = StringField("ScreenShot")


@register_event("weapp_audit_delay")
class AuditDelay(BaseEvent):
    event = "weapp_audit_delay"
    reason = StringField("Reason")
    at = IntegerField("DelayTime")


class Component(WeChatComponent):
    """The SDK's component with another host, and the calls that it has no method for."""

    def __init__(self, config, **kwargs):
        super().__init__(config.appid, config.secret, config.token, config.aes_key, **kwargs)
        self.API_BASE_URL = config.api_url + "/cgi-bin"
        self.wxa_url = config.api_url + "/wxa"

    def drafts(self):
        return self.get("/gettemplatedraftlist", api_base_url=self.wxa_url, data=None)["draft_list"]

    def add_template(self, draft_id):
        """Make a draft a template and return the id of that, which the answer does not tell."""
        self.post("/addtotemplate", api_base_url=self.wxa_url, data={"draft_id": draft_id})
        return max(t["template_id"] for t in self.get("/gettemplatelist", api_base_url=self.wxa_url, data=None)["template_list"])

    def client_of(self, authorizer_appid):
        """Return the SDK's client of one merchant, with our host."""
        client = self.get_client_by_appid(authorizer_appid)
        client.API_BASE_URL = self.API_BASE_URL + "/"
        client.wxa.API_BASE_URL = self.wxa_url.removesuffix("wxa")
        return client


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass

    def get_stderr(self):
        return io.StringIO()  # tracebacks are kept in Backend.failures


class Backend:
    """Receives pushes at /event and /APPID/message, and browsers that come back at /authorized."""

    def __init__(self, config, **kwargs):
        self.config = config
        self.component = Component(config, session=MemoryStorage(), **kwargs)
        self.events = queue.Queue()
        self.messages = queue.Queue()  # each with the appid of its path
        self.failures = []  # exceptions that ended the handling of a push
        self.broken = None  # an exception that the program's own code is to raise
        self.came_back = queue.Queue()
        self.server = make_server("127.0.0.1", config.port, self.answer, server_class=_Server, handler_class=_Quiet)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, environ, start_response):
        query = dict(parse_qsl(environ["QUERY_STRING"]))
        path = environ["PATH_INFO"]
        if path == "/event":
            text = self.receive(query, environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        elif path.endswith("/message"):
            text = self.receive_message(path.split("/")[1], query, environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        else:
            self.came_back.put(query)
            text = "authorized"
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [text.encode()]

    def receive(self, query, body):
        try:
            message = self.component.parse_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
            if self.broken:
                raise self.broken
        except Exception as e:
            self.failures.append(e)
            raise  # the WSGI server answers 500, as every framework does
        self.events.put(message)
        return "success"

    def receive_message(self, appid, query, body):
        try:
            content = self.component.crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        except Exception as e:
            self.failures.append(e)
            raise
        self.messages.put((appid, parse_message(content)))
        return "success"

    def next_event(self, kind):
        """Wait for the next event of a kind; events of other kinds before it are dropped."""
        while True:
            message = self.events.get(timeout=PATIENCE)
            if message.type == kind:
                return message
