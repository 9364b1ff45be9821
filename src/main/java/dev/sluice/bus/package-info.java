/**
 * The only package that uses the event bus. Typed requests go as objects to a consumer in this process. This package
 * defines the requests and replies and does not know their consumers.
 */
package dev.sluice.bus;
