// Unpacks the browser into TMPDIR and says where it lies.
import chromium from "@sparticuz/chromium";

console.log(await chromium.executablePath());
