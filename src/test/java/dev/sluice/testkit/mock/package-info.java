/**
 * The providers' stand-ins: one real HTTP server each, strict where the real one is strict, with its own framing, error
 * envelopes, headers and counters. Written from the public wire formats alone: nothing here leans on {@code protocol}
 * or {@code model}, so that a mistake made there is not made here a second time and cancelled out.
 *
 * <p>What a stand-in says is decided by one neutral {@link dev.sluice.testkit.mock.Script}; what it refuses, and in
 * which words, by each provider's own class. A test steers it by the text of the last user turn.
 */
package dev.sluice.testkit.mock;
