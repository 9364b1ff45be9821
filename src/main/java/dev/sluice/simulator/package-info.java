/**
 * A provider that needs no key: a real HTTP server on a loopback port that speaks OpenAI's chat API. The gateway starts
 * one per provider of type {@code simulator} and calls it through the ordinary upstream client; the hidden command
 * {@code simulate} runs the same server alone, as upstream of tests and of the benchmark. So every reset, stall and cut
 * happens on a real wire.
 *
 * <p>A request walks: {@link dev.sluice.simulator.Endpoints} reads it ({@code SimulatedRequest}),
 * {@code SimulatorDirectives} says how to behave, {@code SimulatedAnswer} is what a model would say,
 * {@code StreamScript} or {@code WholeScript} turn that into a {@code Reply}, faults included, and {@code Playback}
 * performs it in time and no faster than the client reads. Knows nothing of the gateway.
 */
package dev.sluice.simulator;
