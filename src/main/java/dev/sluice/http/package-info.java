/**
 * The data plane. {@link dev.sluice.http.Routes} lists the handlers that each request passes, an
 * {@link dev.sluice.http.exchange.Exchange} sends its attempts, and a {@link dev.sluice.http.exchange.ResponseWriter}
 * writes the response. Knows plans and replies, but neither providers nor the content of wire formats.
 */
package dev.sluice.http;
