/** A multiple of 3, so that every slice but the last encodes without padding and the texts join into one. */
const sliceBytes = 3 * 1024 * 1024;

/**
 * `data:…;base64,…` as a Blob. Slices are encoded one after the other and handed to the browser's blob storage,
 * so that of a 20 MB picture at most one 4 MB text is alive at a time.
 */
export async function toDataUrl(blob: Blob, mimeType: string): Promise<Blob> {
  const parts: (string | Blob)[] = [`data:${mimeType};base64,`];
  for (let start = 0; start < blob.size; start += sliceBytes) {
    parts.push(new Blob([await toBase64(blob.slice(start, start + sliceBytes))]));
  }
  return new Blob(parts);
}

function toBase64(slice: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = String(reader.result);
      resolve(url.slice(url.indexOf(',') + 1));
    };
    reader.onerror = () => reject(reader.error ?? new Error('the bytes could not be read'));
    reader.readAsDataURL(slice);
  });
}
