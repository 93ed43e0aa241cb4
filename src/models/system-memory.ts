/** Memory for what is read, handed to an engine and let go: it goes back to the system then. */

/** Below this, the pages of memory of its own would cost more than they give back. */
const fewBytes = 65_536

/**
 * Zeros. A buffer that could change its size has pages of its own, and gives them back when it is let go or transferred; what the
 * heap gave stays with the process, in pieces that nothing large fits into: a third of a gigabyte after loading DALL·E mini.
 */
export const systemMemory = (bytes: number): ArrayBuffer =>
  bytes < fewBytes ? new ArrayBuffer(bytes) : new ArrayBuffer(bytes, { maxByteLength: bytes })
