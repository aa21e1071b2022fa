// Starts Swagger UI, and signs in from the same page. A file of its own: the site's policy allows no inline script.

const docs = document.getElementById("swagger-ui");
const form = document.getElementById("sign-in");
const message = document.getElementById("message");
const signOut = document.getElementById("sign-out");

// With a session the browser carries a cookie, with the app client this page carries tokens.
const client = docs.dataset.clients.split(" ").includes("browser") ? "browser" : "app";
let tokens = {};

function csrfToken() {
  const cookie = document.cookie.split("; ").find((part) => /^(__Host-|__Secure-)?csrftoken=/.test(part));
  return cookie ? cookie.split("=")[1] : "";
}

// Swagger UI has a dark mode of its own, by this class.
const dark = matchMedia("(prefers-color-scheme: dark)");
const setMode = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", setMode);
setMode();

const ui = SwaggerUIBundle({
  domNode: docs,
  url: docs.dataset.schema,
  requestInterceptor: (request) => {
    request.headers["X-CSRFToken"] = csrfToken();
    return request;
  },
});

async function auth(method, path, body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
  if (tokens.session) headers["X-Session-Token"] = tokens.session;
  const response = await fetch(`${docs.dataset.auth}${client}/v1/auth/${path}`, {
    method, headers, body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  if (answer.meta?.session_token) tokens.session = answer.meta.session_token;
  return answer;
}

function show(answer) {
  const user = answer.meta?.is_authenticated ? answer.data.user : null;
  const pending = answer.data?.flows?.find((flow) => flow.is_pending)?.id;
  form.hidden = Boolean(user);
  signOut.hidden = !user;
  form.elements.code.hidden = pending !== "mfa_authenticate";
  if (user) {
    message.textContent = `Signed in as ${user.email}`;
    if (answer.meta.access_token) ui.preauthorizeApiKey("jwtAuth", answer.meta.access_token);
  } else if (pending === "mfa_authenticate") {
    message.textContent = "Enter the code of your authenticator application.";
  } else if (pending === "verify_email") {
    message.textContent = "Verify your e-mail address first.";
  } else {
    message.textContent = answer.errors?.map((error) => error.message).join(" ") ?? "";
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { email, password, code } = form.elements;
  show(
    code.hidden
      ? await auth("POST", "login", { email: email.value, password: password.value })
      : await auth("POST", "2fa/authenticate", { code: code.value }),
  );
});

signOut.addEventListener("click", async () => {
  const answer = await auth("DELETE", "session");
  if (tokens.session) ui.authActions.logout(["jwtAuth"]); // it fails if nobody was authorized
  tokens = {};
  show(answer);
});

if (docs.dataset.email) show({ meta: { is_authenticated: true }, data: { user: { email: docs.dataset.email } } });
