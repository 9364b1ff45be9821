/**
 * The only package that uses the event bus. Typed requests go as objects to a consumer in this process. Requests and
 * replies are defined here; their consumers are not known here.
 */
package dev.sluice.bus;
