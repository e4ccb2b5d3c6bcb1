"use strict";

const page = document.getElementById("docs");
const ways_in = /\/auth\/(register|login|refresh)\/$/;

// Whoever logs in on this page goes on as that user, with no token to copy.
function useToken(answer) {
  if (answer.ok && ways_in.test(new URL(answer.url).pathname) && answer.body?.access) {
    const schema = { type: "http", scheme: "bearer", bearerFormat: "JWT" };
    const accessToken = { name: "accessToken", schema, value: answer.body.access };
    ui.authActions.authorizeWithPersistOption({ accessToken });
  }
  return answer;
}

const ui = SwaggerUIBundle({
  url: page.dataset.schema,
  domNode: page,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  persistAuthorization: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  filter: true,
  validatorUrl: null,
  responseInterceptor: useToken,
});
