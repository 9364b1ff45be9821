/**
 * The edge of the data plane's HTTP server: everything that must be right before a route is looked at, and that knows
 * no route. {@link dev.sluice.http.edge.EdgeServer} puts the parts together:
 *
 * <ul>
 *   <li>{@link dev.sluice.http.edge.ServerSettings}: the listener's bounds, each with its reason;
 *   <li>{@code StrictHttpDecoder}: refuses what Netty would silently repair (folded headers) or leave unbounded (their
 *       number);
 *   <li>{@link dev.sluice.http.edge.EdgeGuard}: refuses requests that two HTTP parsers could read in two ways;
 *   <li>{@code ExchangeObserver} and {@code ConnectionWatch}: know which connections are idle, close them, drain them;
 *   <li>{@link dev.sluice.http.body.BodyReader}: the whole body, within a size and a deadline, or the reason why not;
 *   <li>{@link dev.sluice.http.edge.ErrorResponse}: an error that leaves the connection in a known state.
 * </ul>
 *
 * This is the one place that reaches into the HTTP/1 pipeline of Vert.x: {@code io.vertx.core.http.impl} is imported
 * here only.
 */
package dev.sluice.http.edge;
