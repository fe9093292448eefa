import json
import unittest

from wechatpy.exceptions import WeChatClientException

import admin
from backend import PATIENCE, AuditDelay, AuditFail, AuditSuccess, Backend, Config

RID = r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$"
OK = {"errcode": 0, "errmsg": "ok"}
PAGES = ["pages/index/index", "pages/cart/cart", "packages/goods/detail/detail"]
REASON = "1:小程序内容不符合规范:<br>(1):首页 &amp; \"购物车\" 无内容<br>2:账号信息不符合规范:<br>(1):简介与<b>服务</b>不一致<br>"
DELAY = "为了更好的服务小程序，您的服务商正在进行提审系统的优化，可能会导致审核时效的增长，请耐心等待"


class LifeCycle(unittest.TestCase):
    """From an upload to a release that is taken back, by the SDK's own methods and, where it has none, by path."""

    maxDiff = None

    def setUp(self):
        self.component = admin.new_component()
        self.addCleanup(admin.delete_component, self.component)
        self.program = Backend(
            Config(
                appid=self.component["appid"],
                secret=self.component["secret"],
                token=self.component["token"],
                aes_key=self.component["encoding_aes_key"],
                api_url=admin.API_URL,
            )
        )
        self.addCleanup(self.program.close)
        url = self.program.url
        admin.change_component(self.component, event_url=url + "/event", message_url=url + "/$APPID$/message")
        self.merchant = admin.new_merchant(self.component, "商户一", categories=[{"first": "工具", "second": "效率"}])
        self.program.next_event("component_verify_ticket")
        admin.grant(self.component, self.merchant)
        self.program.next_event("authorized")
        self.client = self.program.component.client_of(self.merchant["appid"])
        self.wxa = self.client.wxa

    def post(self, path, **body):
        return self.client.post(path, api_base_url=self.program.component.wxa_url + "/", data=body)

    def get(self, path, **params):
        return self.client.get(path, api_base_url=self.program.component.wxa_url + "/", params=params)

    def refused(self, code, text, call, *args, **kwargs):
        with self.assertRaises(WeChatClientException) as caught:
            call(*args, **kwargs)
        self.assertEqual(caught.exception.errcode, code, caught.exception.errmsg)
        self.assertTrue(caught.exception.errmsg.startswith(text), caught.exception.errmsg)
        self.assertRegex(caught.exception.errmsg, RID)

    def new_template(self, version):
        """Upload and make a template of what came of it."""
        draft = admin.upload(self.component, version, "说明 " + version, "小明")
        return self.program.component.add_template(draft["draft_id"])

    def commit(self, template, version, ext=None):
        ext_json = json.dumps({"extAppid": self.merchant["appid"], "ext": {"shop": "一号店"}, **(ext or {})}, ensure_ascii=False)
        return self.wxa.commit(template, ext_json, version, "商户的 " + version)

    def submit(self, **more):
        answer = self.wxa.submit_audit(more)
        self.assertEqual(list(answer), ["errcode", "errmsg", "auditid"])
        self.assertIs(type(answer["auditid"]), int)
        return answer["auditid"]

    def told(self, kind):
        """Wait for the next push about the mini program, of a kind that the SDK was taught."""
        appid, message = self.program.messages.get(timeout=PATIENCE)
        self.assertEqual(appid, self.merchant["appid"])
        self.assertIs(type(message), kind)
        info = self.program.component.get_authorizer_info(appid)["authorizer_info"]
        self.assertEqual(message.target, info["user_name"])
        self.assertRegex(message.source, r"^o[A-Za-z0-9_-]{27}$")
        self.assertEqual(message.at, int(message._data["CreateTime"]))
        return message

    def latest(self):
        """Return the last order without what every order has."""
        answer = self.wxa.get_latest_audit_status()
        self.assertEqual((answer.pop("errcode"), answer.pop("errmsg")), (0, "ok"))
        self.assertIs(type(answer.pop("submit_audit_time")), int)
        return answer

    def versions(self):
        """Return which version is for testers and which is online."""
        answer = self.post("getversioninfo")
        return answer.get("exp_info", {}).get("exp_version"), answer.get("release_info", {}).get("release_version")

    def history(self):
        answer = self.get("revertcoderelease", action="get_history_version")
        return [(v["user_version"], v["app_version"]) for v in answer["version_list"]]

    def plan(self):
        plan = self.get("getgrayreleaseplan")["gray_release_plan"]
        return plan["status"], plan["gray_percentage"]

    def test_nothing_yet(self):
        none = "component experience version not exists"
        self.refused(86001, none, self.wxa.get_page)
        self.refused(86001, none, self.wxa.get_qrcode)
        self.refused(85086, "must commit before submit audit", self.submit)
        self.refused(85058, "no valid audit_id exist", self.wxa.get_latest_audit_status)
        self.refused(85012, "invalid audit id", self.wxa.get_audit_status, 1)
        self.refused(87012, "forbid revert this version release", self.wxa.undo_code_audit)
        self.refused(85019, "no version is under auditing", self.wxa.release)
        self.refused(85079, "miniprogram has no online release", self.post, "grayrelease", gray_percentage=1)
        self.refused(85021, "status not allowed", self.wxa.change_visit_status, close=True)
        self.refused(87012, "forbid revert this version release", self.wxa.revert_code_release)
        self.refused(85014, "template not exist", self.commit, 0, "1.0.0")
        self.assertEqual(self.get("revertcoderelease", action="get_history_version"), {**OK, "version_list": []})
        self.assertEqual(self.post("getversioninfo"), OK)
        self.assertEqual(self.post("getvisitstatus"), {**OK, "status": 1})

    def test_from_upload_to_rolled_back_release(self):
        wxa = self.wxa
        template = self.new_template("1.0.0")

        # The template becomes the merchant's; a commit that is refused changes nothing.
        self.assertEqual(self.commit(template, "1.0.0"), OK)
        self.refused(85045, "some path in ext_json not exist", self.commit, template, "0", {"pages": ["pages/nowhere"]})
        self.refused(85048, "parse ext.json failed", wxa.commit, template, "{", "0", "")
        self.refused(47001, "data format error", wxa.commit, template, {"ext": {}}, "0", "")
        self.assertEqual(wxa.get_page(), PAGES)
        self.assertEqual(self.versions(), ("1.0.0", None))
        picture = wxa.get_qrcode()  # the SDK hands over what is no JSON as it came
        self.assertEqual(picture.headers["Content-Type"], "image/jpeg")
        self.assertEqual(picture.headers["Content-Disposition"], 'attachment; filename="QRCode.jpg"')
        self.assertEqual((picture.content[:3], picture.content[-2:]), (b"\xff\xd8\xff", b"\xff\xd9"))

        # Submitted, withdrawn, submitted again with a page for the reviewers.
        order = self.submit()
        self.assertEqual(wxa.get_audit_status(order), {**OK, "status": 2})
        self.refused(85009, "already submit a version under auditing", self.submit)
        self.assertEqual(wxa.undo_code_audit(), OK)
        self.assertEqual(wxa.get_audit_status(str(order)), {**OK, "status": 3})
        self.refused(87012, "forbid revert this version release", wxa.undo_code_audit)
        [category] = wxa.get_category()
        self.assertEqual((category["first_class"], category["second_class"]), ("工具", "效率"))
        item = {"address": PAGES[0], "tag": "商城 演示", "title": "首页", **category}
        self.refused(85007, "page is in invalid format", self.submit, item_list=[{**item, "address": "pages/nowhere"}])
        self.refused(85008, "category is in invalid format", self.submit, item_list=[{**item, "second_class": "无此类目", "second_id": 1}])
        rejected = self.submit(item_list=[item])
        self.assertGreater(rejected, order)

        # Rejected: told by push, and the reason is the reviewer's own, HTML and all.
        self.assertEqual(admin.decide(rejected, "reject", reason=REASON, screenshot="m1|m2")["status"], "rejected")
        push = self.told(AuditFail)
        self.assertEqual((push.reason, push.screenshot), (REASON, "m1|m2"))
        version = {"user_version": "1.0.0", "user_desc": "商户的 1.0.0"}
        self.assertEqual(self.latest(), {"auditid": rejected, "status": 1, "reason": REASON, "ScreenShot": "m1|m2", **version})
        self.assertEqual(wxa.get_audit_status(rejected), {**OK, "status": 1, "reason": REASON, "screenshot": "m1|m2"})
        self.refused(85020, "status not allowed", wxa.release)
        self.refused(87012, "forbid revert this version release", wxa.undo_code_audit)

        # Mended, delayed, passed, released - once.
        self.assertEqual(self.commit(template, "1.0.1"), OK)
        passed = self.submit(feedback_info="已补充首页内容")
        admin.decide(passed, "delay", reason=DELAY)
        self.assertEqual(self.told(AuditDelay).reason, DELAY)
        self.assertEqual(wxa.get_audit_status(passed), {**OK, "status": 4, "reason": DELAY})
        self.refused(85009, "already submit a version under auditing", self.submit)
        admin.decide(passed, "approve")
        self.told(AuditSuccess)
        self.assertEqual(self.latest(), {"auditid": passed, "status": 0, "user_version": "1.0.1", "user_desc": "商户的 1.0.1"})
        self.assertEqual(wxa.release(), OK)
        self.refused(85052, "app is already released", wxa.release)
        self.refused(85080, "miniprogram commit not approved", self.post, "grayrelease", gray_percentage=10)
        self.refused(87012, "forbid revert this version release", wxa.revert_code_release)
        self.assertEqual(self.versions(), ("1.0.1", "1.0.1"))

        # The second version comes by degrees.
        self.commit(self.new_template("2.0.0"), "2.0.0")
        admin.decide(self.submit(), "approve")
        self.told(AuditSuccess)
        self.assertEqual(self.plan(), (0, 0))
        self.assertEqual(self.post("grayrelease", gray_percentage=10, support_experiencer_first=True), OK)
        self.assertEqual(self.plan(), (1, 10))
        self.refused(85082, "gray percentage too low", self.post, "grayrelease", gray_percentage=9)
        self.refused(85081, "invalid gray percentage", self.post, "grayrelease", gray_percentage=101)
        self.refused(87011, "wxa has a gray release plan, forbid revert release", wxa.revert_code_release)
        self.assertEqual(self.get("revertgrayrelease"), OK)
        self.assertEqual((self.plan(), self.versions()), ((4, 10), ("2.0.0", "1.0.1")))
        self.assertEqual(self.post("grayrelease", gray_percentage="50"), OK)
        self.assertEqual(wxa.release(), OK)
        self.assertEqual((self.plan()[0], self.versions()), (3, ("2.0.0", "2.0.0")))

        # And is taken back: once, and what was taken back is not released again.
        self.assertEqual(self.history(), [("1.0.1", 1)])
        self.refused(40097, "invalid args", self.get, "revertcoderelease", app_version=7)
        self.assertEqual(wxa.revert_code_release(), OK)
        self.assertEqual(self.versions(), ("2.0.0", "1.0.1"))
        self.assertEqual(self.history(), [])
        self.refused(87012, "forbid revert this version release", wxa.revert_code_release)
        self.refused(85052, "app is already released", wxa.release)

        # Closed to its users, and open.
        self.assertEqual(wxa.change_visit_status(close=True), OK)
        self.assertEqual(self.post("getvisitstatus"), {**OK, "status": 0})
        self.assertEqual(wxa.change_visit_status(), OK)
        self.assertEqual(self.post("getvisitstatus"), {**OK, "status": 1})

        # Each push was delivered by its first attempt, and there was none besides.
        pushes = admin.settled(self.component, 6)
        self.assertEqual(
            [push["type"] for push in pushes if push["type"] != "component_verify_ticket"],
            ["authorized", "weapp_audit_fail", "weapp_audit_delay", "weapp_audit_success", "weapp_audit_success"],
        )
        self.assertEqual({(push["state"], push["tries"]) for push in pushes}, {("delivered", 1)})
        self.assertEqual(self.program.failures, [])
        quota = self.get("queryquota")
        self.assertEqual(quota["limit"] - quota["rest"], 4)


if __name__ == "__main__":
    unittest.main()
