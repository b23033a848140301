//! The OpenAPI document: what each handler's annotation says, and what every route of its shape has in common.

use utoipa::openapi::{
    ContentBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder,
    path::{Operation, Parameter, ParameterBuilder, ParameterIn},
    schema::{ObjectBuilder, Type},
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};

use super::idempotency;

/// The route by which somebody signs in who works here.
const SIGN_IN: &str = "/v1/staff/session";

/// Adds what is common to routes of a shape.
pub(super) fn complete(mut document: OpenApi) -> OpenApi {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("candidate", SecurityScheme::Http(bearer));
    components.add_security_scheme(
        "staff",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            "satu_staff",
            "What signing in sets; or the token, as `Authorization: Bearer …`. Where nobody was added, the owner needs none.",
        ))),
    );
    for (path, item) in &mut document.paths.paths {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            // Handlers of several resources are called `list` and `get`, and ids must be unique: a path with its method names an operation.
            operation.operation_id = None;
            refusals(operation);
        }
        let of_staff = |operation: &Operation| operation.tags.iter().flatten().all(|tag| tag != "candidates");
        let signs_in = path == SIGN_IN;
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten().filter(|operation| of_staff(operation)) {
            if !(signs_in && operation.request_body.is_some()) {
                operation.security = Some(vec![SecurityRequirement::new("staff", Vec::<String>::new())]);
                refusal(operation, "401");
            }
        }
        if let Some(operation) = item.post.as_mut().filter(|operation| of_staff(operation) && !signs_in) {
            operation.parameters.get_or_insert_default().push(RefOr::T(idempotency_key()));
            for status in ["400", "409", "422"] {
                refusal(operation, status);
            }
        }
    }
    document
}

/// How any route may refuse: a foreign page, something inside, a database that is gone or busy; and one with values or a body: what cannot be understood.
fn refusals(operation: &mut Operation) {
    let mut statuses = vec!["403", "500", "503"];
    if operation.parameters.as_ref().is_some_and(|all| !all.is_empty()) {
        statuses.push("400");
    }
    if operation.request_body.is_some() {
        statuses.extend(["400", "413", "415", "422"]);
    }
    for status in statuses {
        refusal(operation, status);
    }
    for (status, response) in &mut operation.responses.responses {
        if let (true, RefOr::T(response)) = (status.starts_with(['4', '5']), response)
            && let Some(content) = response.content.shift_remove("application/json")
        {
            response.content.insert("application/problem+json".to_owned(), content);
        }
    }
}

fn refusal(operation: &mut Operation, status: &str) {
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = ResponseBuilder::new().content("application/problem+json", problem).build();
    operation.responses.responses.entry(status.to_owned()).or_insert(RefOr::T(response));
}

fn idempotency_key() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "A text of the sender's own, new for every act. A request that comes again under its key within 24 hours is answered \
             as before, with `Idempotency-Replayed: true`, and not carried out again. Another request under the key: 422 \
             `idempotency.key_reused`. While the first is being carried out: 409 `idempotency.in_progress`.",
        ))
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .min_length(Some(1))
                .max_length(Some(idempotency::LONGEST))
                .build(),
        ))
        .build()
}
