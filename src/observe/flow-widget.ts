import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

const GRID_WIDTH = 24;

/** A column whose widgets are made when the dashboard is rendered, so that what is made after the dashboard is on it. */
export class FlowWidget implements cloudwatch.IWidget {
  private column?: cloudwatch.Column;

  constructor(private readonly make: () => readonly cloudwatch.IWidget[]) {}

  /** Asked for once in each rendering, first of all: by then there may be more to show. */
  public get width(): number {
    this.column = undefined;
    return GRID_WIDTH;
  }

  public get height(): number {
    return this.made().height;
  }

  public position(x: number, y: number): void {
    this.made().position(x, y);
  }

  public toJson(): any[] {
    return this.made().toJson();
  }

  private made(): cloudwatch.Column {
    return this.column ??= new cloudwatch.Column(...this.make());
  }
}
