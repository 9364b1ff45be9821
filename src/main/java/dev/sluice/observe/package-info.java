/**
 * What Sluice tells about itself: {@link dev.sluice.observe.Metrics}, {@link dev.sluice.observe.AccessLog}, the
 * application log ({@link dev.sluice.observe.Logging}) and the probes ({@link dev.sluice.observe.ProbeHandlers}).
 *
 * <p>Whoever ends an exchange hands its {@link dev.sluice.model.RequestContext} over once, to the metrics and to the
 * access log. Both promise to cost the event loop about a microsecond, never to wait, and never to throw. Labels are
 * closed sets: nothing a client makes up becomes a series. No line holds a prompt, an answer or a key.
 */
package dev.sluice.observe;
