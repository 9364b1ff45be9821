/**
 * The data plane: {@link dev.sluice.http.Routes} is the list of handlers a request walks through, an
 * {@link dev.sluice.http.exchange.Exchange} takes it along its plan, a {@link dev.sluice.http.exchange.ResponseWriter}
 * writes the answer. Knows plans and replies, but neither providers nor wire formats' insides.
 */
package dev.sluice.http;
