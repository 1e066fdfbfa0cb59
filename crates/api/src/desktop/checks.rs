//! Checks of many accounts, and jobs.

use roster_engine::Engine;

use crate::{
    Answer, Fault, Success,
    access::{Authorized, OwnerUnlocked},
    convert::selection,
    extract::{Id, OptionalBody},
    wire::job::{JobListView, JobView, StartCheckRequest},
};

/// Starts a check of many accounts in the background.
#[utoipa::path(
    post,
    path = "/checks",
    tag = "jobs",
    request_body = Option<StartCheckRequest>,
    responses((status = ACCEPTED, description = "It is under way", body = Success<JobView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "POOL_NOT_FOUND"]))),
)]
pub(crate) async fn start_check(
    who: Authorized<OwnerUnlocked>,
    OptionalBody(body): OptionalBody<StartCheckRequest>,
) -> Result<Answer<JobView>, Fault> {
    let job = who.engine().start_check(selection(who.engine(), body)?).await?;
    Ok(Answer::accepted(job.into()))
}

/// Holds periodic checks back.
#[utoipa::path(
    post,
    path = "/checks/pause",
    tag = "jobs",
    responses((status = OK, description = "The jobs", body = Success<JobListView>)),
)]
pub(crate) async fn pause_checks(who: Authorized<OwnerUnlocked>) -> Result<Answer<JobListView>, Fault> {
    who.engine().pause_checks(true).await?;
    Ok(Answer::ok(jobs(who.engine())))
}

/// Lets periodic checks go on.
#[utoipa::path(
    post,
    path = "/checks/resume",
    tag = "jobs",
    responses((status = OK, description = "The jobs", body = Success<JobListView>)),
)]
pub(crate) async fn resume_checks(who: Authorized<OwnerUnlocked>) -> Result<Answer<JobListView>, Fault> {
    who.engine().pause_checks(false).await?;
    Ok(Answer::ok(jobs(who.engine())))
}

/// The jobs.
#[utoipa::path(
    get,
    path = "/jobs",
    tag = "jobs",
    responses((status = OK, description = "The jobs", body = Success<JobListView>)),
)]
pub(crate) async fn list_jobs(who: Authorized<OwnerUnlocked>) -> Result<Answer<JobListView>, Fault> {
    Ok(Answer::ok(jobs(who.engine())))
}

/// Calls a job off.
#[utoipa::path(
    delete,
    path = "/jobs/{id}",
    tag = "jobs",
    params(("id" = String, Path, description = "The job's id")),
    responses((status = OK, description = "The job", body = Success<JobView>)),
    extensions(("x-errors" = json!(["JOB_NOT_FOUND"]))),
)]
pub(crate) async fn cancel_job(who: Authorized<OwnerUnlocked>, Id(id): Id) -> Result<Answer<JobView>, Fault> {
    Ok(Answer::ok(who.engine().cancel_job(&id.parse()?).await?.into()))
}

fn jobs(engine: &Engine) -> JobListView {
    JobListView { jobs: engine.jobs().into_iter().map(JobView::from).collect() }
}
