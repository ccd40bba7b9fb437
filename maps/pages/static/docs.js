import { begin, tried } from "/static/app.js";

await tried(() => begin("docs"));
window.SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#swagger", deepLinking: true, validatorUrl: null, docExpansion: "none", defaultModelsExpandDepth: -1,
  requestInterceptor: request => { request.headers["X-Requested-With"] = "gridsvc"; return request; },
});
