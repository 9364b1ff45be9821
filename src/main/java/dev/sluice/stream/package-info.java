/**
 * How bytes of a running answer move: {@link dev.sluice.stream.CreditStream} carries them between event loops with
 * credits, {@link dev.sluice.stream.Watchdog} ends what takes too long. Knows nothing of HTTP or of any wire format.
 */
package dev.sluice.stream;
