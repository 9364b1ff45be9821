/**
 * The handlers of the data plane that read a request and hand it to an {@code Exchange}, one for each group of paths.
 */
package dev.sluice.http.handlers;
