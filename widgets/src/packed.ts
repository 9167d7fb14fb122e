/** A large document comes as bytes: JSON, compressed. */

import { asDocument, type PlayDocument } from "./document";

/** The bytes of a packed document, or null where it is none. */
export function packedBytes(value: unknown): Uint8Array<ArrayBuffer> | null {
  if (typeof value !== "object" || value === null) return null;
  const { format, data } = value as { format?: unknown; data?: unknown };
  if (format !== "minigrad.play+gzip") return null;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return null;
}

export async function unpack(bytes: Uint8Array<ArrayBuffer>): Promise<PlayDocument | null> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return asDocument(await new Response(stream).json());
}
