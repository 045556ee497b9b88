//! The pages of the people who run the logs: rendered on the server, and whole without scripts.

mod account;
mod copying;
mod customize;
mod door;
mod form;
mod key_form;
mod keys;
mod masking;
mod members;
mod projects;
mod second_factor;
mod shell;
mod start;
mod time;
mod vendor_apis;
mod versions;
mod view_clients;
mod view_embed;
mod view_security;
mod view_tabs;
mod views;

pub use account::{Account, Place, render_account};
pub use customize::{Customize, render_customize};
pub use door::{Introduction, Occasion, SigningIn, render_introduction, render_sign_in};
pub use form::Mistakes;
pub use key_form::KeyForm;
pub use keys::{KeyRow, KeyState, Keys, NewKey, render_keys};
pub use masking::{Masking, render_masking};
pub use members::{InvitationRow, MemberRow, Members, render_members};
pub use projects::{ProjectRow, Projects, render_projects};
pub use second_factor::{AskingCode, SecondFactor, SettingUp, render_asking_code, render_second_factor};
pub use shell::{Notice, PAGE_SCRIPT, Section, Shell, render_notice};
pub(super) use shell::{bar, page};
pub use start::{Start, render_start};
pub use time::minute;
pub(super) use time::moment_in;
pub use vendor_apis::{MadeSchema, Rule, SchemaForm, VendorApi, VendorApis, render_vendor_apis};
pub use versions::{VersionRow, Versions, render_versions};
pub use view_clients::{
    BrandedClients, BrandedRow, BrandingForm, ClientBranding, render_branded_clients, render_client_branding,
};
pub use view_embed::{Bench, Check, Program, Run, Values, Verdict, ViewEmbed, render_bench, render_view_embed};
pub use view_security::{AccessKey, RulesForm, SecretRow, SeenRow, ViewSecurity, render_view_security};
pub use view_tabs::{ViewHead, ViewTab};
pub use views::{ViewRow, Views, render_views};
