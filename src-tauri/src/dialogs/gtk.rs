//! On Linux: GTK's native chooser, which asks the desktop's own one where the program runs in a sandbox.

use std::{cell::RefCell, rc::Rc};

use gtk::{FileChooserAction, FileChooserNative, FileFilter, ResponseType, prelude::*};
use tauri::WebviewWindow;

use super::{Open, Picked, Question};

/// Shows it; called on the main thread. Dropping `answer` without a word says that it could not be shown.
pub(super) fn show(window: &WebviewWindow, question: &Question, answer: (Picked, Open)) {
    let parent = match window.gtk_window() {
        Ok(parent) => parent,
        Err(error) => {
            tracing::warn!(%error, "a file dialog found no window to belong to");
            return;
        }
    };
    let action = if question.save_as.is_some() { FileChooserAction::Save } else { FileChooserAction::Open };
    let dialog = FileChooserNative::new(
        Some(question.title),
        Some(&parent),
        action,
        Some(question.accept),
        Some(question.cancel),
    );
    dialog.set_modal(true);
    if let Some(name) = &question.save_as {
        dialog.set_current_name(name);
        dialog.set_do_overwrite_confirmation(true);
    }
    let kind = FileFilter::new();
    kind.set_name(Some(question.kind.0));
    kind.add_pattern(&format!("*.{}", question.kind.1));
    dialog.add_filter(kind);
    let all = FileFilter::new();
    all.set_name(Some(question.all_files));
    all.add_pattern("*");
    dialog.add_filter(all);

    // The dialog lives as long as somebody holds it: this closure does, until there is an answer.
    let waiting = Rc::new(RefCell::new(Some((answer, dialog.clone()))));
    dialog.connect_response(move |_, response| {
        let Some(((picked, open), dialog)) = waiting.borrow_mut().take() else { return };
        let file = if response == ResponseType::Accept { dialog.filename() } else { None };
        dialog.destroy();
        drop(open);
        // Whoever asked may be gone.
        let _ = picked.send(file);
    });
    dialog.show();
}
