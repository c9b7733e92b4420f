//! Chromium without a screen, told what to do over its debugging protocol.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::site::{EMAIL, PASSWORD, Site};

/// A browser with one tab. It ends with the test.
pub(crate) struct Browser {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    tab: String,
    asked: u64,
    /// What the console was told: errors, and what the policy refused.
    pub(crate) complaints: Vec<String>,
    root: String,
    _profile: TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A desk, and a phone.
pub(crate) const DESK: (u32, u32) = (1280, 900);
pub(crate) const PHONE: (u32, u32) = (390, 844);

impl Browser {
    /// On that site, with a window as on a desk, and nobody logged in.
    pub(crate) fn open(site: &Site) -> Self {
        let profile = tempfile::tempdir().unwrap();
        // Chromium speaks on its third and fourth file: the shell makes them of the ordinary ones.
        let command = "exec chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
            --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars \
            --autoplay-policy=no-user-gesture-required --remote-debugging-pipe --user-data-dir=\"$0\" 3<&0 4>&1 </dev/null >/dev/null";
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).arg(profile.path());
        let mut child = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let root = format!("http://{}", site.address);
        let (tab, complaints) = (String::new(), Vec::new());
        let mut browser = Self { child, to, from, tab, asked: 0, complaints, root, _profile: profile };
        let target = browser.call("Target.createTarget", &json!({"url": "about:blank"}));
        let attached = browser.call("Target.attachToTarget", &json!({"targetId": target["targetId"], "flatten": true}));
        attached["sessionId"].as_str().unwrap().clone_into(&mut browser.tab);
        for domain in ["Page.enable", "Runtime.enable", "Log.enable"] {
            browser.call(domain, &json!({}));
        }
        browser.size(DESK);
        browser
    }

    /// With a manager of the tenant logged in, at the list of sessions.
    pub(crate) fn logged_in(site: &Site) -> Self {
        let mut browser = Self::open(site);
        browser.go("/sessions");
        browser.run(&format!(
            "document.forms[0].email.value = '{EMAIL}'; document.forms[0].password.value = '{PASSWORD}'"
        ));
        browser.leaving("document.forms[0].requestSubmit()");
        browser
    }

    /// Opens a page, and waits until it is loaded.
    pub(crate) fn go(&mut self, path: &str) {
        let url = format!("{}{path}", self.root);
        self.mark();
        self.call("Page.navigate", &json!({"url": url}));
        self.arrive();
    }

    /// Does something that leads to another page, and waits until that is loaded.
    pub(crate) fn leaving(&mut self, script: &str) {
        self.mark();
        self.run(&format!("void ({script})"));
        self.arrive();
    }

    fn mark(&mut self) {
        self.run("void (window.left = false)");
    }

    fn arrive(&mut self) {
        self.until("window.left === undefined && document.readyState === 'complete'");
    }

    /// Waits until that is true; a minute is too long.
    pub(crate) fn until(&mut self, condition: &str) {
        let began = Instant::now();
        while self.run(condition) != json!(true) {
            assert!(began.elapsed() < Duration::from_mins(1), "never: {condition}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The value of an expression on the page; a promise is waited for. A page that is just going away has none.
    pub(crate) fn run(&mut self, script: &str) -> Value {
        let asked = json!({"expression": script, "awaitPromise": true, "returnByValue": true, "userGesture": true});
        self.call("Runtime.evaluate", &asked)["result"]["value"].take()
    }

    pub(crate) fn size(&mut self, (width, height): (u32, u32)) {
        let mobile = (width, height) == PHONE;
        let asked = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile});
        self.call("Emulation.setDeviceMetricsOverride", &asked);
    }

    pub(crate) fn colours(&mut self, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.call("Emulation.setEmulatedMedia", &json!({"features": features}));
    }

    /// Slows down what is sent, to so many bytes a second; -1 for no limit.
    pub(crate) fn send_at(&mut self, speed: i32) {
        self.call("Network.enable", &json!({}));
        let asked = json!({"offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": speed});
        self.call("Network.emulateNetworkConditions", &asked);
    }

    pub(crate) fn press(&mut self, key: &str) {
        for kind in ["keyDown", "keyUp"] {
            let code = if key == "Tab" { 9 } else { 13 };
            let text = if key == "Enter" { "\r" } else { "" };
            let asked = json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text});
            self.call("Input.dispatchKeyEvent", &asked);
        }
    }

    /// Keeps a picture of the whole page.
    pub(crate) fn picture(&mut self, file: &Path) {
        use base64::Engine as _;
        let shot = self.call("Page.captureScreenshot", &json!({"captureBeyondViewport": true}));
        let png = base64::prelude::BASE64_STANDARD.decode(shot["data"].as_str().unwrap()).unwrap();
        std::fs::write(file, png).unwrap();
    }

    fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.asked += 1;
        let mut message = json!({"id": self.asked, "method": method, "params": parameters});
        if !self.tab.is_empty() {
            message["sessionId"] = self.tab.as_str().into();
        }
        self.to.write_all(format!("{message}\0").as_bytes()).unwrap();
        loop {
            let mut heard = Vec::new();
            assert!(self.from.read_until(0, &mut heard).unwrap() > 0, "the browser is gone");
            heard.pop();
            let mut heard: Value = serde_json::from_slice(&heard).unwrap();
            if heard["id"] == self.asked {
                return heard["result"].take();
            }
            self.listen(&heard);
        }
    }

    fn listen(&mut self, event: &Value) {
        let entry = &event["params"]["entry"];
        let told = match event["method"].as_str() {
            Some("Log.entryAdded") if entry["level"] == "error" => {
                entry["text"].to_string() + &entry["url"].to_string()
            }
            Some("Runtime.exceptionThrown") => event["params"]["exceptionDetails"].to_string(),
            _ => return,
        };
        self.complaints.push(told);
    }
}
