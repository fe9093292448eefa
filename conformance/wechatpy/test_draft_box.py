import unittest

from wechatpy.component import WeChatComponent
from wechatpy.exceptions import WeChatClientException
from wechatpy.session.memorystorage import MemoryStorage

import admin

RID = r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$"
OK = {"errcode": 0, "errmsg": "ok"}


class Component(WeChatComponent):
    API_BASE_URL = admin.API_URL + "/cgi-bin"

    def wxa(self, method, path, data=None):
        return getattr(self, method)(path, api_base_url=admin.API_URL + "/wxa", data=data)

    def drafts(self):
        return self.wxa("get", "/gettemplatedraftlist")

    def templates(self):
        return self.wxa("get", "/gettemplatelist")

    def add(self, **body):
        return self.wxa("post", "/addtotemplate", body)

    def delete(self, **body):
        return self.wxa("post", "/deletetemplate", body)


def sdk(component, ticket, **kwargs):
    session = MemoryStorage()
    session.set("component_verify_ticket", ticket)
    return Component(
        component["appid"],
        component["secret"],
        component["token"],
        component["encoding_aes_key"],
        session=session,
        **kwargs,
    )


class DraftBox(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.component = admin.new_component()
        self.ticket = admin.ticket_of(self.component)
        self.api = sdk(self.component, self.ticket)

    def refused(self, code, text, call, *args, **kwargs):
        """Run a call that must be refused and check what the SDK raises."""
        with self.assertRaises(WeChatClientException) as caught:
            call(*args, **kwargs)
        self.assertEqual(caught.exception.errcode, code, caught.exception.errmsg)
        self.assertTrue(caught.exception.errmsg.startswith(text), caught.exception.errmsg)
        self.assertRegex(caught.exception.errmsg, RID)

    def test_ticket_buys_token(self):
        answer = self.api.fetch_access_token()
        self.assertEqual(list(answer), ["component_access_token", "expires_in"])
        self.assertRegex(answer["component_access_token"], r"^[A-Za-z0-9_-]+$")
        self.assertEqual(answer["expires_in"], 7200)
        self.assertEqual(self.api.access_token, answer["component_access_token"])

    def test_empty_lists_are_lists(self):
        self.assertEqual(self.api.drafts(), {**OK, "draft_list": []})
        self.assertEqual(self.api.templates(), {**OK, "template_list": []})

    def test_draft_to_template_and_back(self):
        dev = self.component["dev_miniprograms"][0]
        desc = '修复：购物车 🛒 结算\n第二行 "引号" \\ <b>&amp;</b>\t完'
        made = admin.upload(self.component, "1.2.3", desc, "小明")

        listed = self.api.drafts()
        self.assertEqual(list(listed), ["errcode", "errmsg", "draft_list"])
        self.assertEqual(len(listed["draft_list"]), 1)
        draft = listed["draft_list"][0]
        self.assertEqual(
            list(draft.items()),
            [
                ("create_time", made["create_time"]),
                ("user_version", "1.2.3"),
                ("user_desc", desc),
                ("draft_id", 0),
                ("source_miniprogram_appid", dev["appid"]),
                ("source_miniprogram", dev["name"]),
                ("developer", "小明"),
                ("category_list", []),
            ],
        )
        self.assertIs(type(draft["create_time"]), int)
        self.assertIs(type(draft["draft_id"]), int)

        self.assertEqual(self.api.add(draft_id=0, template_type=0), OK)
        self.assertEqual(self.api.add(draft_id="0"), OK)
        self.assertEqual(len(self.api.drafts()["draft_list"]), 1, "adding keeps the draft")

        templates = self.api.templates()["template_list"]
        self.assertEqual([t["template_id"] for t in templates], [0, 1])
        self.assertEqual(
            templates[0],
            {
                "create_time": draft["create_time"],
                "user_version": "1.2.3",
                "user_desc": desc,
                "template_id": 0,
                "draft_id": 0,
                "source_miniprogram_appid": dev["appid"],
                "source_miniprogram": dev["name"],
                "developer": "小明",
                "template_type": 0,
                "category_list": [],
            },
        )
        self.assertIs(type(templates[0]["template_id"]), int)

        admin.upload(self.component, "1.2.4", "新", "小红")
        newer = self.api.drafts()["draft_list"]
        self.assertEqual([(d["draft_id"], d["user_version"]) for d in newer], [(1, "1.2.4")])
        self.assertEqual(self.api.templates()["template_list"], templates, "templates are copies")

        self.assertEqual(self.api.delete(template_id=0), OK)
        self.assertEqual(self.api.delete(template_id="1"), OK)
        self.assertEqual(self.api.templates()["template_list"], [])

    def test_what_is_not_there(self):
        self.refused(85064, "template not found", self.api.add, draft_id=0)
        self.refused(85064, "template not found", self.api.delete, template_id=0)
        admin.upload(self.component, "1.0.0", "一", "小明")
        # null is an absent member, and a missing id is not id 0.
        self.refused(85064, "template not found", self.api.add, draft_id=None)
        self.refused(85064, "template not found", self.api.add)
        self.api.add(draft_id=0)
        self.refused(85064, "template not found", self.api.delete, template_id=None)
        self.api.delete(template_id=0)
        self.refused(85064, "template not found", self.api.delete, template_id=0)

    def test_unknown_token(self):
        api = sdk(self.component, self.ticket, auto_retry=False)
        api.session.set("component_access_token", "nonsense")
        self.refused(40001, "invalid credential, access_token is invalid or not latest", api.drafts)

    def test_unknown_token_is_mended_by_a_retry(self):
        self.api.session.set("component_access_token", "nonsense")
        self.assertEqual(self.api.drafts()["draft_list"], [])
        self.assertNotEqual(self.api.session.get("component_access_token"), "nonsense")

    def test_expired_token(self):
        stale = self.api.access_token
        admin.advance("3h")  # a ticket lives 12 h, a token 2 h
        strict = sdk(self.component, self.ticket, auto_retry=False)
        strict.session.set("component_access_token", stale)
        self.refused(42001, "access_token expired", strict.drafts)
        self.assertEqual(self.api.drafts()["draft_list"], [], "the retry brought a fresh token")
        self.assertNotEqual(self.api.session.get("component_access_token"), stale)

    def test_components_are_apart(self):
        other = admin.new_component()
        admin.upload(self.component, "1.0.0", "一", "小明")
        self.assertEqual(len(self.api.drafts()["draft_list"]), 1)
        stranger = sdk(other, admin.ticket_of(other))
        self.assertEqual(stranger.drafts()["draft_list"], [])
        self.refused(85064, "template not found", stranger.add, draft_id=0)

    def test_wrong_ticket_secret_and_appid(self):
        def fetch(ticket=self.ticket, **changed):
            sdk({**self.component, **changed}, ticket).fetch_access_token()

        self.refused(61006, "component ticket is invalid", fetch, ticket="ticket@@@nonsense")
        self.refused(61006, "component ticket is invalid", fetch, ticket=None)
        self.refused(40125, "invalid appsecret", fetch, secret="0" * 32)
        self.refused(40013, "invalid appid", fetch, appid="wxffffffffffffffff")


if __name__ == "__main__":
    unittest.main()
