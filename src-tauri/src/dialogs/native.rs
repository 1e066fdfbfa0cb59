//! On Windows and macOS: the system's own dialogs.

use tauri::WebviewWindow;

use super::{Open, Picked, Question};

/// Shows it; called on the main thread.
pub(super) fn show(window: &WebviewWindow, question: &Question, (picked, open): (Picked, Open)) {
    let dialog = rfd::AsyncFileDialog::new()
        .set_parent(window)
        .set_title(question.title)
        .add_filter(question.kind.0, &[question.kind.1])
        .add_filter(question.all_files, &["*"]);
    let save_as = question.save_as.clone();
    let asked: std::pin::Pin<Box<dyn Future<Output = Option<rfd::FileHandle>> + Send>> = match save_as {
        Some(name) => Box::pin(dialog.set_file_name(name).save_file()),
        None => Box::pin(dialog.pick_file()),
    };
    tauri::async_runtime::spawn(async move {
        let file = asked.await.map(|file| file.path().to_owned());
        drop(open);
        // Whoever asked may be gone.
        let _ = picked.send(file);
    });
}
