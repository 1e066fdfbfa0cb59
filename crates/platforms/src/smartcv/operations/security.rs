//! Password and second factor.

use std::collections::BTreeMap;

use roster_domain::Secret;
use roster_platform::{InputProblem, OperateError, Operation, Outcome, Risk, Text, Verb, secret_text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zeroize::Zeroize;

use super::{Call, wrong};
use crate::smartcv::{api, fields::Fields};

pub(super) const PASSWORD: &str = "change_password";
pub(super) const SECOND_FACTOR: &str = "set_two_factor";

/// By which name the codes are kept.
const BACKUP_CODES: &str = "backup_codes";

pub(super) fn all() -> [Operation; 2] {
    let password = (
        Text::new("修改密码", "Change the password"),
        Text::new("设一个新密码；也可同时开启两步验证。", "Sets a new password; two-factor login can be turned on with it."),
    );
    let factor = (
        Text::new("开启或关闭两步验证", "Turn two-factor login on or off"),
        Text::new(
            "开启时平台给出备用码，只给一次，会直接存进保险库。",
            "When it is turned on, the platform gives backup codes once; they go straight into the vault.",
        ),
    );
    [
        Operation::new::<NewPassword, Changed>(PASSWORD, password.0, password.1, Risk::Dangerous).warn(Text::new(
            "旧密码随即失效，其他设备要用新密码登录。新密码不会保存在这里，请自己记好。",
            "The old password stops working at once, and other devices need the new one. It is not kept here: note it down.",
        )),
        Operation::new::<SecondFactor, Changed>(SECOND_FACTOR, factor.0, factor.1, Risk::Dangerous).warn(Text::new(
            "开启后登录要多一步，之后请用登录窗口登录；以前的备用码会被新的替换。关闭后账号只靠密码保护。",
            "Once on, logging in takes a second step: use the login window then. Earlier backup codes are replaced. Once off, the password alone protects the account.",
        )),
    ]
}

/// A new password.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPassword {
    #[serde(deserialize_with = "secret_text")]
    #[schemars(title = "Current password", with = "String", extend("x-zh" = "当前密码", "x-secret" = true))]
    current_password: Secret<String>,
    #[serde(deserialize_with = "secret_text")]
    #[schemars(title = "New password", with = "String", extend("x-zh" = "新密码", "x-secret" = true))]
    new_password: Secret<String>,
    #[serde(deserialize_with = "secret_text")]
    #[schemars(title = "New password again", with = "String", extend("x-zh" = "再次输入新密码", "x-secret" = true))]
    confirm_password: Secret<String>,
    #[schemars(title = "Two-factor login on", extend("x-zh" = "开启两步验证"))]
    two_factor_enabled: Option<bool>,
}

/// The second factor.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SecondFactor {
    #[serde(deserialize_with = "secret_text")]
    #[schemars(title = "Current password", with = "String", extend("x-zh" = "当前密码", "x-secret" = true))]
    current_password: Secret<String>,
    #[schemars(title = "Two-factor login on", extend("x-zh" = "开启两步验证"))]
    two_factor_enabled: bool,
}

/// What has changed. The codes themselves are in the vault.
#[derive(Debug, Serialize, JsonSchema)]
struct Changed {
    #[schemars(title = "Password changed", extend("x-zh" = "密码已修改"))]
    password_updated: Option<bool>,
    #[schemars(title = "Two-factor login", extend("x-zh" = "两步验证"))]
    two_factor_enabled: Option<bool>,
    #[schemars(title = "Backup codes kept in the vault", extend("x-zh" = "存入保险库的备用码"))]
    backup_codes_kept: usize,
}

/// JSON with secrets in it, wiped when it is no longer needed.
struct Wiped(Value);

impl Drop for Wiped {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(fields) => fields.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

pub(super) async fn change_password(call: Call<'_>, input: NewPassword) -> Result<Outcome, OperateError> {
    filled("current_password", &input.current_password)?;
    filled("new_password", &input.new_password)?;
    if input.confirm_password.expose() != input.new_password.expose() {
        return Err(wrong("confirm_password", InputProblem::Malformed));
    }
    let mut body = json!({
        "currentPassword": input.current_password.expose(),
        "newPassword": input.new_password.expose(),
        "confirmPassword": input.confirm_password.expose(),
    });
    if let (Some(on), Some(fields)) = (input.two_factor_enabled, body.as_object_mut()) {
        fields.insert(String::from("twoFactorEnabled"), Value::from(on));
    }
    send(call, &Wiped(body)).await
}

pub(super) async fn set_two_factor(call: Call<'_>, input: SecondFactor) -> Result<Outcome, OperateError> {
    filled("current_password", &input.current_password)?;
    let body = json!({
        "currentPassword": input.current_password.expose(),
        "twoFactorEnabled": input.two_factor_enabled,
    });
    send(call, &Wiped(body)).await
}

fn filled(field: &str, secret: &Secret<String>) -> Result<(), OperateError> {
    match secret.expose().is_empty() {
        true => Err(wrong(field, InputProblem::Missing)),
        false => Ok(()),
    }
}

async fn send(call: Call<'_>, body: &Wiped) -> Result<Outcome, OperateError> {
    let target = ("security", Verb::Put, api::SECURITY);
    let mut content = api::change(call.ctx, call.credential, target, &body.0).await?;
    let data = Wiped(content.data.take());
    let fields = Fields(&data.0);
    let codes = Secret::new(fields.texts("backupCodes").join("\n"));
    let changed = Changed {
        password_updated: fields.flag("passwordUpdated"),
        two_factor_enabled: fields.flag("twoFactorEnabled"),
        backup_codes_kept: codes.expose().lines().count(),
    };
    // Codes of a factor that is off open nothing: the empty text takes the kept ones away.
    let told = changed.backup_codes_kept > 0 || changed.two_factor_enabled == Some(false);
    let kept = told.then(|| (BACKUP_CODES.to_owned(), codes));
    let outcome = call.done(&changed, &content.answer.set_cookies)?;
    Ok(Outcome { secrets: BTreeMap::from_iter(kept), ..outcome })
}
