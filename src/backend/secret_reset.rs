//! Doing without a server secret that is lost: whatever it has sealed is replaced by something new.

use super::auth::By;
use super::secrets::{random_name, random_secret};
use super::storage::{FreshSeals, SigningSecret, ViewRecord};
use super::trail::{self, Deed};
use super::{Backend, server_secret};
use crate::domain::access::{ProjectName, ViewId};
use crate::domain::problem::Problem;
use serde::Serialize;

/// A view, with the secrets that open it from now on.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResetView {
    pub project: ProjectName,
    pub view: ViewId,
    pub name: String,
    pub access_key: String,
    pub kid: String,
    pub signing_secret: String,
}

/// Gives every view of every project a new access key and a new signing secret, takes second factors away and ends
/// sessions. The backend's secret is the new one; whoever calls this puts its file in place afterwards.
pub async fn reset(backend: &Backend) -> Result<Vec<ResetView>, Problem> {
    loop {
        let (mut reset, mut views, mut lines) = (Vec::new(), Vec::new(), Vec::new());
        let sealed = backend.storage.sealed_values().await.map_err(|error| backend.internal(error))?;
        let projects = backend.storage.projects().await.map_err(|error| backend.internal(error))?;
        for project in projects {
            let of_project = backend.storage.views(project.id).await.map_err(|error| backend.internal(error))?;
            let deed = Deed::ServerSecretReset { views: of_project.len(), second_factors: sealed.second_factors.len() };
            lines.push((project.id, trail::line(backend, &By::Machine, &deed)));
            for view in of_project {
                let (told, fresh) = renewed(backend, &project.name, view);
                reset.push(told);
                views.push(fresh);
            }
        }
        let fresh = FreshSeals { proof: server_secret::proof(&backend.secret), views, lines };
        // Otherwise a command has changed a view meanwhile.
        if backend.storage.reseal(&fresh).await.map_err(|error| backend.internal(error))? {
            return Ok(reset);
        }
    }
}

fn renewed(backend: &Backend, project: &ProjectName, view: ViewRecord) -> (ResetView, ViewRecord) {
    let (access_key, signing_secret, kid) = (random_secret(), random_secret(), random_name("vs_"));
    let secret = SigningSecret {
        kid: kid.clone(),
        secret: backend.secret.seal(signing_secret.as_bytes()),
        created_at: backend.clock.now(),
        last_used_at: None,
    };
    let fresh = ViewRecord {
        access_key: backend.secret.seal(access_key.as_bytes()),
        former_key: None,
        signing_secrets: vec![secret],
        ..view
    };
    let (view, name) = (fresh.id.clone(), fresh.name.clone());
    (ResetView { project: project.clone(), view, name, access_key, kid, signing_secret }, fresh)
}
