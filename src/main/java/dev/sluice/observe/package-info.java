/**
 * Observability: {@link dev.sluice.observe.Metrics}, {@link dev.sluice.observe.AccessLog}, the application log
 * ({@link dev.sluice.observe.Logging}) and the probes ({@link dev.sluice.observe.ProbeHandlers}).
 *
 * <p>The end of an exchange hands its {@link dev.sluice.model.RequestContext} once to the metrics and to the access
 * log. Both cost the event loop about a microsecond, never block and never throw. Labels are closed sets: no value
 * chosen by a client becomes a time series. No line holds a prompt, a response or a key.
 */
package dev.sluice.observe;
