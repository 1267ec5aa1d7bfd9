// The page to browse the API: Swagger UI from our own files, on our own document.

import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";
import "./styles/docs.css";

const place = document.querySelector<HTMLElement>("#api");
const url = place?.dataset["document"];

if (place && url) {
  SwaggerUI({
    domNode: place,
    url,
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    docExpansion: "list",
    tryItOutEnabled: true,
    // No service of another's is asked whether the document is valid.
    validatorUrl: null,
  });
}
