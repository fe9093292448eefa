"""What a merchant's browser does with the authorization page."""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests


class Page(HTMLParser):
    """The form of a page: where it goes, and the fields that stand in it."""

    def __init__(self, url, text):
        super().__init__()
        self.url, self.text, self.title = url, text, ""
        self.action, self.hidden, self.radios, self.checkboxes = None, [], [], []
        self._in_title = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self._in_title = tag == "title"
        if tag == "form":
            self.action = urljoin(self.url, attrs["action"])
        elif tag == "input" and attrs["type"] == "hidden":
            self.hidden.append((attrs["name"], attrs["value"]))
        elif tag == "input" and attrs["type"] == "radio":
            self.radios.append((attrs["name"], attrs["value"]))
        elif tag == "input" and attrs["type"] == "checkbox":
            self.checkboxes.append((attrs["name"], attrs["value"], "checked" in attrs))

    def handle_data(self, data):
        if self._in_title:
            self.title += data

    def handle_endtag(self, tag):
        self._in_title = False


class Browser:
    """Opens links to WeChat's hosts on another one, as `draftbox exec` has a browser do."""

    def __init__(self, api_url):
        self.api_url = api_url

    def open(self, link):
        parts = urlsplit(link)
        url = f"{self.api_url}{parts.path}?{parts.query}"
        res = requests.get(url, timeout=30)
        assert res.status_code == 200, (res.status_code, res.text)
        return Page(url, res.text)

    def confirm(self, page, appid, func_ids=None):
        """Choose a mini program, tick permission sets (None: as they are), confirm and follow the redirect."""
        assert ("authorizer_appid", appid) in page.radios, page.radios
        fields = [*page.hidden, ("authorizer_appid", appid)]
        for name, value, checked in page.checkboxes:
            if checked if func_ids is None else int(value) in func_ids:
                fields.append((name, value))
        headers = {"Origin": self.api_url, "Referer": page.url, "Sec-Fetch-Site": "same-origin"}
        res = requests.post(page.action, data=[*fields, ("decision", "confirm")], headers=headers, allow_redirects=False, timeout=30)
        assert res.status_code == 303, (res.status_code, res.text)
        res = requests.get(res.headers["Location"], timeout=30)
        assert res.ok, (res.status_code, res.text)
