import { NoAnswer } from "@moviebooking/api/problems";
import { Component, type ReactNode } from "react";
import { Trouble } from "./Trouble";

type State = { isBroken: boolean };

/** A page whose code does not arrive, as without a network, says so; another page may be there. */
export class Boundary extends Component<{ children: ReactNode }, State> {
  override state: State = { isBroken: false };

  static getDerivedStateFromError(): State {
    return { isBroken: true };
  }

  override render() {
    if (!this.state.isBroken) return this.props.children;
    return (
      <div className="narrow">
        <Trouble error={new NoAnswer()} retry={() => location.reload()} />
      </div>
    );
  }
}
