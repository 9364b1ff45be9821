/**
 * The one place that touches the event bus. Typed requests travel as objects to a consumer in this process; what
 * travels, and what comes back, is defined here. Who answers is not known here.
 */
package dev.sluice.bus;
