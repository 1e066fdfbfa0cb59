//! Declares the commands, so that the capability file decides who may call them.

fn main() {
    println!("cargo::rerun-if-changed=../ui/build");
    if !std::path::Path::new("../ui/build/index.html").is_file() {
        println!("cargo::error=the UI is not built: run `cargo xtask run`, or `npm ci && npm run build` in ui/");
        return;
    }
    let manifest = tauri_build::AppManifest::new().commands(&["call", "window_close"]);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        // The only way a build script has to say why it failed.
        println!("cargo::error={error:#}");
    }
}
