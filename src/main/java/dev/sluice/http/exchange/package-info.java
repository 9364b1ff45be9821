/**
 * One request along its plan: quota, attempts, retries and fallbacks, the response, and the settlement at the end. Only
 * an {@link dev.sluice.http.exchange.Exchange} retries a request.
 */
package dev.sluice.http.exchange;
