// Starts Swagger UI. A file of its own, because the site's Content-Security-Policy allows no inline script.

const main = document.getElementById("swagger-ui");

function csrfToken() {
  const cookie = document.cookie.split("; ").find((part) => /^(__Host-|__Secure-)?csrftoken=/.test(part));
  return cookie ? cookie.split("=")[1] : "";
}

SwaggerUIBundle({
  domNode: main,
  url: main.dataset.schema,
  deepLinking: true,
  persistAuthorization: true,
  requestInterceptor: (request) => {
    // Someone signed in by a session cookie must show the CSRF token with every change.
    request.headers["X-CSRFToken"] = csrfToken();
    return request;
  },
});
