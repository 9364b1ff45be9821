/**
 * The built-in provider, which needs no key: a real HTTP server on a loopback port with OpenAI's chat API. The gateway
 * starts one per provider of type {@code simulator} and calls it through the ordinary upstream client; the hidden
 * command {@code simulate} runs the same server alone, as upstream of tests and of the benchmark. So every reset, stall
 * and cut happens on a real connection.
 *
 * <p>The path of a request: {@link dev.sluice.simulator.Endpoints} reads it ({@code SimulatedRequest}),
 * {@code SimulatorDirectives} decides the behavior, {@code SimulatedResponse} is the content, {@code StreamScript} or
 * {@code JsonBodyScript} render it as a {@code Reply}, faults included, and {@code Playback} sends it with its timing,
 * no faster than the client reads. Knows nothing of the gateway.
 */
package dev.sluice.simulator;
