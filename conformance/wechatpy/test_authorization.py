import unittest

from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException, WeChatClientException

import admin
from backend import PATIENCE, Backend, Component, Config
from browser import Browser

REASON = "HTTP 500: the receiver failed; its own log says why"
RID = r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$"
OK = {"errcode": 0, "errmsg": "ok"}
# Permission sets that the page offers, all ticked.
DEFAULT_SETS = [17, 18, 19, 25, 27, 30, 31, 36, 37, 40, 45, 49, 52, 57, 76, 81, 84, 86]


def sets_of(info):
    return [scope["funcscope_category"]["id"] for scope in info["func_info"]]


class Authorization(unittest.TestCase):
    maxDiff = None

    def new_platform(self, **changed):
        """Make a component, and a program whose configuration is the component's unless something is changed."""
        component = admin.new_component()
        self.addCleanup(admin.delete_component, component)
        config = {
            "appid": component["appid"],
            "secret": component["secret"],
            "token": component["token"],
            "aes_key": component["encoding_aes_key"],
            "api_url": admin.API_URL,
            **changed,
        }
        program = Backend(Config(**config))
        self.addCleanup(program.close)
        return component, program

    def start_pushing(self, component, program):
        """Enter the program's address at the platform's page; the first ticket comes at once."""
        admin.change_component(component, event_url=program.url + "/event")

    def refused(self, code, text, call, *args):
        with self.assertRaises(WeChatClientException) as caught:
            call(*args)
        self.assertEqual(caught.exception.errcode, code, caught.exception.errmsg)
        self.assertTrue(caught.exception.errmsg.startswith(text), caught.exception.errmsg)
        self.assertRegex(caught.exception.errmsg, RID)

    def authorize(self, program, merchant, func_ids=None):
        """Send the merchant's browser over the page; return the pre-auth code and what came back with the browser."""
        link = program.component.get_pre_auth_url(program.url + "/authorized")
        head = "https://mp.weixin.qq.com/cgi-bin/componentloginpage?component_appid=" + program.config.appid + "&pre_auth_code="
        self.assertTrue(link.startswith(head), link)
        browser = Browser(admin.API_URL)
        page = browser.open(link)
        self.assertIn("一致性测试平台", page.title)
        browser.confirm(page, merchant["appid"], func_ids)
        return link[len(head) :].partition("&")[0], program.came_back.get(timeout=PATIENCE)

    def test_from_ticket_to_revocation(self):
        component, program = self.new_platform()
        merchant = admin.new_merchant(component, "商户一", profile={"principal_name": "示例公司"})
        draft = admin.upload(component, "1.2.3", "首个版本", "小明")
        api, appid = program.component, merchant["appid"]

        # The ticket comes by push, and the first call buys a token with it.
        tickets = [admin.ticket_of(component)]
        self.start_pushing(component, program)
        ticket = program.next_event("component_verify_ticket")
        tickets.append(admin.ticket_of(component))  # another one if an hour began
        self.assertEqual(ticket.appid, component["appid"])
        self.assertIn(ticket.verify_ticket, tickets)
        self.assertEqual(api.component_verify_ticket, ticket.verify_ticket)
        self.assertEqual([(d["draft_id"], d["user_version"]) for d in api.drafts()], [(draft["draft_id"], "1.2.3")])
        self.assertEqual(api.get_authorizer_list(), {"total_count": 0, "list": []})
        answer = api.create_preauthcode()
        self.assertEqual(list(answer), ["pre_auth_code", "expires_in"])
        self.assertRegex(answer["pre_auth_code"], r"^preauthcode@@@[A-Za-z0-9_-]+$")
        self.assertEqual(answer["expires_in"], 1800)

        # The grant: the SDK exchanges the push's code within the push, and the redirect's after it.
        pre_auth_code, back = self.authorize(program, merchant)
        event = program.next_event("authorized")
        self.assertEqual((event.appid, event.authorizer_appid, event.pre_auth_code), (component["appid"], appid, pre_auth_code))
        self.assertEqual(int(event.authorization_code_expired_time), int(event._data["CreateTime"]) + 3600)
        pushed = event.query_auth_result["authorization_info"]
        self.assertEqual(
            list(pushed), ["authorizer_appid", "authorizer_access_token", "expires_in", "authorizer_refresh_token", "func_info"]
        )
        self.assertEqual((pushed["authorizer_appid"], pushed["expires_in"]), (appid, 7200))
        self.assertEqual(sets_of(pushed), DEFAULT_SETS)
        self.assertEqual(list(back), ["auth_code", "expires_in"])
        self.assertEqual(back["expires_in"], "3600")
        self.assertNotEqual(back["auth_code"], event.authorization_code)
        redirected = api.query_auth(back["auth_code"])["authorization_info"]
        self.assertEqual(redirected["authorizer_refresh_token"], pushed["authorizer_refresh_token"])
        self.assertNotEqual(redirected["authorizer_access_token"], pushed["authorizer_access_token"])
        for code in (back["auth_code"], event.authorization_code):
            self.refused(61010, "code is expired", api.query_auth, code)

        # Refresh, info, list, options, a call of the merchant's.
        refresh_token = pushed["authorizer_refresh_token"]
        refreshed = api.refresh_authorizer_token(appid, refresh_token)
        self.assertEqual(list(refreshed), ["authorizer_access_token", "expires_in", "authorizer_refresh_token"])
        self.assertEqual((refreshed["expires_in"], refreshed["authorizer_refresh_token"]), (7200, refresh_token))
        info = api.get_authorizer_info(appid)
        self.assertEqual(list(info), ["authorizer_info", "authorization_info"])
        self.assertEqual((info["authorizer_info"]["nick_name"], info["authorizer_info"]["principal_name"]), ("商户一", "示例公司"))
        self.assertEqual(info["authorizer_info"]["user_name"][:3], "gh_")
        self.assertIn("MiniProgramInfo", info["authorizer_info"])
        self.assertEqual(sets_of(info["authorization_info"]), DEFAULT_SETS)
        listed = api.get_authorizer_list()
        self.assertEqual(listed["total_count"], 1)
        self.assertEqual([(a["authorizer_appid"], a["refresh_token"]) for a in listed["list"]], [(appid, refresh_token)])
        self.assertIs(type(listed["list"][0]["auth_time"]), int)
        self.assertEqual(
            api.get_authorizer_option(appid, "voice_recognize"),
            {**OK, "authorizer_appid": appid, "option_name": "voice_recognize", "option_value": "0"},
        )
        self.assertEqual(api.set_authorizer_option(appid, "voice_recognize", "1"), OK)
        self.assertEqual(api.get_authorizer_option(appid, "voice_recognize")["option_value"], "1")
        client = api.client_of(appid)
        addresses = client.misc.get_wechat_ips()
        self.assertTrue(addresses and all(type(a) is str for a in addresses), addresses)

        # Other permission sets without a revocation: the same refresh token.
        self.authorize(program, merchant, func_ids={17, 18, 25})
        event = program.next_event("updateauthorized")
        self.assertEqual(sets_of(event.query_auth_result["authorization_info"]), [17, 18, 25])
        self.assertEqual(event.query_auth_result["authorization_info"]["authorizer_refresh_token"], refresh_token)

        # Three hours: both kinds of token are over, and the SDK renews them by itself.
        stale, stale_of_merchant = api.access_token, client.access_token
        strict = Component(program.config, auto_retry=False)
        admin.advance("3h")
        strict.session.set("component_access_token", stale)
        self.refused(42001, "access_token expired", strict.drafts)
        client.auto_retry = False
        self.refused(42001, "access_token expired", client.misc.get_wechat_ips)
        client.auto_retry = True
        self.assertEqual(client.misc.get_wechat_ips(), addresses)
        self.assertNotIn(client.access_token, (stale_of_merchant, stale))
        self.assertNotEqual(api.session.get("component_access_token"), stale)
        self.assertEqual(len(api.drafts()), 1)
        self.assertEqual(api.get_authorizer_list()["total_count"], 1)

        # Revoked: told by push, refused from then on, with codes that the SDK does not repeat on.
        admin.revoke(component, merchant)
        event = program.next_event("unauthorized")
        self.assertEqual((event.appid, event.authorizer_appid), (component["appid"], appid))
        self.assertNotIn(api.component_verify_ticket, tickets, "tickets of the three hours came before it")
        text = "component is not authorized by this account"
        self.refused(61003, text, api.refresh_authorizer_token, appid, refresh_token)
        self.refused(61003, text, client.misc.get_wechat_ips)
        self.assertEqual(api.get_authorizer_list(), {"total_count": 0, "list": []})

        # Granted again: the old refresh token is void, and the push brought the new one.
        self.authorize(program, merchant)
        event = program.next_event("authorized")
        renewed = event.query_auth_result["authorization_info"]["authorizer_refresh_token"]
        self.assertNotEqual(renewed, refresh_token)
        self.refused(61023, "refresh_token is invalid", api.refresh_authorizer_token, appid, refresh_token)
        self.assertEqual(api.refresh_authorizer_token(appid, renewed)["authorizer_refresh_token"], renewed)
        self.assertEqual(api.client_of(appid).misc.get_wechat_ips(), addresses)
        self.assertEqual([a["refresh_token"] for a in api.get_authorizer_list()["list"]], [renewed])

        # Each push was delivered by its first attempt, in the order of the changes.
        pushes = admin.settled(component, 23)
        self.assertEqual(
            [(p["type"], p["state"], p["tries"]) for p in pushes],
            [
                ("component_verify_ticket", "delivered", 1),
                ("authorized", "delivered", 1),
                ("updateauthorized", "delivered", 1),
                *[("component_verify_ticket", "delivered", 1)] * 18,
                ("unauthorized", "delivered", 1),
                ("authorized", "delivered", 1),
            ],
        )
        for push in pushes:
            self.assertEqual(
                [(a["outcome"], a["status"], a["answer"], a["reason"]) for a in push["attempts"]], [("delivered", 200, "success", "")]
            )
        self.assertEqual(program.failures, [])

    def test_a_program_that_throws(self):
        component, program = self.new_platform()
        program.broken = RuntimeError("the disk is full")
        self.start_pushing(component, program)
        [push] = admin.settled(component, 1)
        self.assertEqual((push["type"], push["state"], push["tries"]), ("component_verify_ticket", "failed", 3))
        self.assertEqual([(a["number"], a["outcome"], a["status"]) for a in push["attempts"]], [(n, "http_status", 500) for n in (1, 2, 3)])
        for attempt in push["attempts"]:
            self.assertEqual(attempt["answer"], "A server error occurred.  Please contact the administrator.")
            self.assertEqual(attempt["reason"], REASON)
        queries = {a["query"] for a in push["attempts"]}
        self.assertEqual(len(queries), 3, "each try is signed anew")
        self.assertEqual(program.failures, [program.broken] * 3)

        # It is mended, and the push made once more.
        program.broken = None
        admin.redeliver(push)
        program.next_event("component_verify_ticket")
        [push] = admin.settled(component, 1)
        self.assertEqual((push["state"], push["tries"]), ("delivered", 1))
        self.assertEqual([a["outcome"] for a in push["attempts"]], ["http_status"] * 3 + ["delivered"])
        self.assertEqual(program.component.drafts(), [])

    def test_a_program_that_throws_after_the_exchange(self):
        component, program = self.new_platform()
        merchant = admin.new_merchant(component, "商户一")
        self.start_pushing(component, program)
        program.next_event("component_verify_ticket")
        program.broken = RuntimeError("the disk is full")
        _, back = self.authorize(program, merchant)
        pushes = admin.settled(component, 2)
        self.assertEqual(
            [(p["type"], p["state"], p["tries"]) for p in pushes],
            [("component_verify_ticket", "delivered", 1), ("authorized", "failed", 3)],
        )
        self.assertEqual([a["reason"] for a in pushes[1]["attempts"]], [REASON] * 3)
        # The SDK exchanged the code in the first try, so in the others it is used up.
        self.assertEqual([getattr(e, "errcode", e) for e in program.failures], [program.broken, 61010, 61010])

        # The redirect's code is another one, and later events are not held up.
        self.assertEqual(program.component.query_auth(back["auth_code"])["authorization_info"]["authorizer_appid"], merchant["appid"])
        program.broken = None
        admin.revoke(component, merchant)
        program.next_event("unauthorized")
        push = admin.settled(component, 3)[2]
        self.assertEqual((push["state"], push["tries"]), ("delivered", 1))

    def test_a_wrong_configuration(self):
        other_key = "DraftBoxTestVectorEncodingAESKey0123456789A"
        for changed, error in [
            ({"token": "anothertoken"}, InvalidSignatureException),
            ({"appid": "wxffffffffffffffff"}, InvalidAppIdException),
            ({"aes_key": other_key}, Exception),  # whatever the garbage runs into
        ]:
            with self.subTest(**changed):
                component, program = self.new_platform(**changed)
                admin.change_component(component, switches={"push_tries": 1})
                self.start_pushing(component, program)
                [push] = admin.settled(component, 1)
                self.assertEqual((push["state"], push["tries"]), ("failed", 1))
                self.assertEqual([(a["outcome"], a["status"]) for a in push["attempts"]], [("http_status", 500)])
                self.assertEqual([isinstance(e, error) for e in program.failures], [True], program.failures)
                self.assertTrue(program.events.empty())
                self.assertIsNone(program.component.component_verify_ticket)

    def test_a_wrong_secret(self):
        component, program = self.new_platform(secret="0" * 32)
        self.start_pushing(component, program)
        program.next_event("component_verify_ticket")
        self.refused(40125, "invalid appsecret", program.component.create_preauthcode)


if __name__ == "__main__":
    unittest.main()
