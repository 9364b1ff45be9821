/**
 * One request along its plan: quota, attempts, retries and fallbacks, the response, and the settlement at the end. An
 * {@link dev.sluice.http.exchange.Exchange} is the only place that retries a request.
 */
package dev.sluice.http.exchange;
