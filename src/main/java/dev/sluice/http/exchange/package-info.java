/**
 * One request along its plan: admission, attempts, retries and fallbacks, the answer, and the settlement at the end. An
 * {@link dev.sluice.http.exchange.Exchange} is the only place where a request is retried.
 */
package dev.sluice.http.exchange;
