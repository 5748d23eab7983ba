//! Routes that are described: what `docs/openapi.json` is made of, and checked against.
//!
//! The description is made by tests alone. It takes nine megabytes while it is put together, which a service would keep room for from
//! its start, for something that never changes; the service sends the file.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, Route};
use tower::{Layer, Service};
use utoipa::openapi::HttpMethod;
use utoipa_axum::PathItemExt as _;

use crate::app::App;

/// Routes, and in tests their description.
#[derive(Default)]
pub(crate) struct ApiRouter {
    pub(super) router: Router<Arc<App>>,
    #[cfg(test)]
    pub(super) description: utoipa::openapi::OpenApi,
}

/// The handlers of one path, see [`routes!`].
pub(crate) struct Described {
    pub(crate) path: String,
    pub(crate) methods: MethodRouter<Arc<App>>,
    #[cfg(test)]
    pub(crate) description: utoipa::openapi::OpenApi,
}

/// The handlers of one path, each annotated with `utoipa::path`.
macro_rules! routes {
    ($first:ident $(, $more:ident)* $(,)?) => {
        ::utoipa_axum::paste! {{
            use ::utoipa::Path as _;
            use $crate::http::api_router::{Described, on};
            let methods = on(::axum::routing::MethodRouter::new(), &[<__path_ $first>]::methods(), &$first);
            $(let methods = on(methods, &[<__path_ $more>]::methods(), &$more);)*
            Described {
                path: [<__path_ $first>]::path(),
                methods,
                #[cfg(test)]
                description: $crate::http::api_router::describe(::utoipa_axum::routes!($first $(, $more)*)),
            }
        }}
    };
}

pub(crate) use routes;

impl ApiRouter {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds what [`routes!`] gives.
    pub(crate) fn routes(self, routes: Described) -> Self {
        let added = self.route(&routes.path, routes.methods);
        #[cfg(test)]
        let added = Self { description: added.description.merge_from(routes.description), ..added };
        added
    }

    /// Adds a route that programs have no use for: it is not described.
    pub(crate) fn route(mut self, path: &str, methods: MethodRouter<Arc<App>>) -> Self {
        self.router = self.router.route(path, methods);
        self
    }

    pub(crate) fn merge(self, other: Self) -> Self {
        Self {
            router: self.router.merge(other.router),
            #[cfg(test)]
            description: self.description.merge_from(other.description),
        }
    }

    pub(crate) fn nest(self, path: &str, other: Self) -> Self {
        Self {
            router: self.router.nest(path, other.router),
            #[cfg(test)]
            description: self.description.nest(path, other.description),
        }
    }

    /// What answers where a path has no handler for a method.
    pub(crate) fn method_not_allowed_fallback<H, T>(mut self, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        self.router = self.router.method_not_allowed_fallback(handler);
        self
    }

    pub(crate) fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.router = self.router.layer(layer);
        self
    }
}

/// For [`routes!`]: adds a handler for its methods.
pub(crate) fn on<H, T>(
    router: MethodRouter<Arc<App>>,
    methods: &[HttpMethod],
    handler: &H,
) -> MethodRouter<Arc<App>>
where
    H: Handler<T, Arc<App>>,
    T: 'static,
{
    methods
        .iter()
        .fold(router, |router, method| router.on(method.to_method_filter(), handler.clone()))
}

/// For [`routes!`]: the description of handlers.
#[cfg(test)]
pub(crate) fn describe(
    routes: utoipa_axum::router::UtoipaMethodRouter<Arc<App>>,
) -> utoipa::openapi::OpenApi {
    let description = utoipa_axum::router::OpenApiRouter::new().routes(routes).into_openapi();
    let paths: Vec<&String> = description.paths.paths.keys().collect();
    assert_eq!(paths.len(), 1, "handlers that are listed together have one path: {paths:?}");
    description
}
