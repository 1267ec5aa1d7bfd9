"""The browser that the browser tests get."""

from playwright.sync_api import Browser


def test_it_shows_a_page_and_runs_its_script(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<h1>见报</h1><script>document.title = '到' + 1</script>")
    assert page.inner_text("h1") == "见报"
    assert page.title() == "到1"
