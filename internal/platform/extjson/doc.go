// Package extjson holds the rules for ext_json, the configuration that a
// third-party platform gives along with a template when it commits code to a
// merchant's mini program (/wxa/commit): how it is read, what is refused, and how
// it is merged into the template's app.json. It imports the standard library only
// and keeps no state.
//
// [Prepare] reads a template once; [Prepared.Merge] is what a commit does with
// it, [Prepared.Lint] what `draftbox ext lint` tells. Each [Fault] names its place
// in the text with line and column, which the service never does.
//
// In what follows D is documented, O observed, and "decided" ours where no source
// tells. The page is
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_commit.html,
// the page of DevTools' file of that name
// https://developers.weixin.qq.com/miniprogram/dev/devtools/ext.html, threads are
// under https://developers.weixin.qq.com/community/.
//
// # Checks, in their order
//
// The page lists codes without an order; the order is decided. The first fault is
// the answer, and all are told to people.
//
//	80xxx  85xxx    when
//	-----  -------  ----------------------------------------------------------
//	       85043    the template's app.json cannot be read (D)
//	       85048    ext_json is no JSON object (D, O minihome/doc/000ae0a8b48d98e94c5294d086bc00).
//	                Decided: also a comment, a trailing comma, single quotation marks,
//	                a byte order mark, bytes that are no UTF-8, more than 1 MiB,
//	                more than 512 levels; an empty string
//	       9402203  a standard template, and a member other than extAppid, ext and
//	                window (D), extEnable among them (O develop/doc/0008ea953b49284a2f8c1f8755bc00).
//	                Other spellings of the three are other members (decided)
//	       85013    a member of another type than the pages tell (D; which, decided)
//	       85047    pages empty (D), or without a string in it (O
//	                personal/oCJUsw747TQ2z8w-H3IqU0qdQIGU/follow), with another text
//	                than the page's; or no page left at all
//	       85045    in this order: a page of pages or subPackages, or a root, that the
//	                template does not have, also in the other part of the package (D);
//	                a page that the template lists and has no file of
//	                (O develop/doc/000c84094d82c0241a6df59255bc00); a page of
//	                extPages that the template does not have (D); a page of the merged
//	                tabBar that is not in the merged pages (D app.json)
//	       85046    an entry of the merged tabBar.list without pagePath (D)
//	       85310    requiredPrivateInfos of ext_json is no array of the eight names (D)
//	       85311    getFuzzyLocation beside one that it excludes (D)
//	       85312    a name for which the merchant holds no permission (D). That the
//	                template's own names are left to submit_audit (61040) is decided
//	80067           a plugin of the merged app.json that is not known, or whose provider
//	                is no appid (D; the latter decided)
//	80066           its version is not known, or is not written as 1.2.3, latest or dev (the same)
//	80082           it is not granted (D), with the appid in the text
//	                (O minihome/doc/0000624e9d4cc88eb05d8d9e154c00); useExtendedLib.weui
//	                uses the plugin wxfa43a4a7041a84de
//	                (O personal/oCJUsw3wLhW8fHmG7luQJBtj8HZ8/question)
//
// Plugins are looked at one after the other, so that the first faulty one decides
// among the three codes. Sizes (85044) and a commit at work (9402202) are not
// this package's.
//
// Paths are compared as they stand: one with a slash before it, with an ending or
// a query is 85045 (decided), and the message says how it is written. Roots of
// sub-packages may have slashes at their ends, as in app.json.
//
// # Types
//
// ext, extPages, window, tabBar, networkTimeout and plugins are objects, what
// extPages and plugins hold, too; extEnable, directCommit and debug are true or
// false; extAppid and lazyCodeLoading are strings; pages,
// navigateToMiniProgramAppIdList and requiredPrivateInfos are arrays of strings,
// subPackages and tabBar.list of objects. ext as a string is taken: commits with
// it went through, and wx.getExtConfigSync then returned {} (O
// develop/doc/000accc7c4856040a9f94cf6e5ec00). A member that is null counts as left
// out (decided). Of a name that stands twice in an object the last one counts
// (decided).
//
// # Merging
//
//	ext, pages, subPackages, plugins, requiredPrivateInfos,    replace (D; pages and subPackages
//	navigateToMiniProgramAppIdList, customOpen,                also staff, 2025-11:
//	functionalPages                                            develop/doc/0002c4e16cc6303164449584f60000)
//	window, tabBar, networkTimeout                             key by key (D)
//	extAppid                                                   added (D)
//	extPages                                                   key by key into page.json (D)
//	sitemap, lazyCodeLoading, debug                            replace (decided)
//	extEnable, directCommit                                    added, as the official uploader
//	                                                           merges ext.json (O, of uploads)
//	other members                                              added, key by key where both are
//	                                                           objects (an older page as quoted in
//	                                                           develop/doc/000ea28243c9705f2d2710ead51000)
//
// Unknown members are taken on ordinary templates (O
// personal/oCJUsw747TQ2z8w-H3IqU0qdQIGU/follow: globalStyle and easycom were not
// what was refused). Spellings of the pages themselves are taken, too:
// subpackages, tabbar, plugin, functionPages, navigateToMiniProgaramAppIdList.
// Where a member stands in both spellings that of app.json counts.
//
// The merged app.json keeps the order of the template's members, then adds those of
// ext_json in their order; numbers and strings stay as they were written. To merge
// twice is to merge once.
//
// Not followed: staff asked for lazyCodeLoading in ext_json where app.json has it,
// against 85045 (develop/doc/0004cadf15c6702a189c5024a56000), which did not help those
// who tried.
package extjson
