/**
 * The edge of the data plane's HTTP server: everything that is checked before routing.
 * {@link dev.sluice.http.edge.EdgeServer} combines the parts:
 *
 * <ul>
 *   <li>{@link dev.sluice.http.edge.ServerSettings}: the limits of a listener, each with its reason;
 *   <li>{@code StrictHttpDecoder}: refuses folded headers, which Netty would repair silently, and too many fields;
 *   <li>{@link dev.sluice.http.edge.EdgeGuard}: refuses requests that two HTTP parsers could read in two ways;
 *   <li>{@code ExchangeObserver} and {@code OpenConnections}: close idle connections and drain all;
 *   <li>{@code ReadGate} and {@code StreamStalls}: bound what a client that does not read makes Sluice keep, and close
 *       its connection;
 *   <li>{@link dev.sluice.http.body.BodyReader}, in {@code http.body}: reads a body within a size and a deadline;
 *   <li>{@link dev.sluice.http.edge.ErrorResponse}: sends errors and leaves the connection in a known state.
 * </ul>
 *
 * Only this package accesses the HTTP/1 pipeline of Vert.x ({@code io.vertx.core.http.impl}).
 */
package dev.sluice.http.edge;
