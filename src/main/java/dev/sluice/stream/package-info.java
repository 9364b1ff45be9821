/**
 * How the bytes of a running response move: {@link dev.sluice.stream.CreditStream} carries them between event loops
 * with credits, {@link dev.sluice.stream.Watchdog} enforces time limits, and {@link dev.sluice.stream.BoundedGet}
 * fetches small documents. Knows nothing of any wire format.
 */
package dev.sluice.stream;
