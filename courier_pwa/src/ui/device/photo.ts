// Makes a phone's photo small enough to send from the mountains.

const LONGEST_SIDE = 1600;
const MOST_BYTES = 1_000_000;
const QUALITIES = [0.8, 0.65, 0.5, 0.35];

/** Return the photo as JPEG of at most 1 MB, without position or other data; null where it is none. */
export async function smallPhoto(file: Blob): Promise<Blob | null> {
  let bitmap: ImageBitmap | undefined;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    let side = LONGEST_SIDE;
    for (const quality of QUALITIES) {
      const photo = await encode(bitmap, side, quality);
      if (photo && photo.size <= MOST_BYTES) return photo;
      side = Math.round(side * 0.8);
    }
  } catch {
    // not a picture, or one that this phone cannot read
  } finally {
    bitmap?.close(); // tens of megabytes on a phone with few
  }
  return null;
}

function encode(bitmap: ImageBitmap, side: number, quality: number): Promise<Blob | null> {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const context = canvas.getContext("2d");
  context?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
}
