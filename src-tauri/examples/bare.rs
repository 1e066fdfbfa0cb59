//! The least a Tauri window can be: what Roster's start and memory are measured against.

use tauri::{Url, WebviewUrl, WebviewWindowBuilder, http::Response};

const PAGE: &[u8] = b"<!doctype html><meta charset=utf-8><title>bare</title><body style=background:#204060;color:white><label>Password <input></label>";

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .register_uri_scheme_protocol("bare", |_, _| {
            let mut page = Response::new(PAGE.to_vec());
            page.headers_mut().insert("content-type", tauri::http::HeaderValue::from_static("text/html"));
            page
        })
        .setup(|app| {
            let page: Url = "bare://localhost/".parse()?;
            WebviewWindowBuilder::new(app, "bare", WebviewUrl::CustomProtocol(page))
                .inner_size(1200.0, 780.0)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
