/** The graph of relations, in Simplified Chinese. */
export default {
  'catalogGraphCard.title': '关系',
  'catalogGraphCard.deepLinkTitle': '查看关系图',
  'catalogGraphPage.title': '目录关系图',
  'catalogGraphPage.filterToggleButtonTitle': '筛选',
  'catalogGraphPage.supportButtonDescription':
    '将组件添加到软件目录，即可开始跟踪。',
  'catalogGraphPage.simplifiedSwitchLabel': '简化显示',
  'catalogGraphPage.mergeRelationsSwitchLabel': '合并关系',
  'catalogGraphPage.zoomOutDescription':
    '双指捏合可缩放并移动关系图。单击节点可将其设为中心，按住 Shift 单击可打开该实体。',
  'catalogGraphPage.curveFilter.title': '连线样式',
  'catalogGraphPage.curveFilter.curveMonotoneX': '平滑曲线',
  'catalogGraphPage.curveFilter.curveStepBefore': '直角折线',
  'catalogGraphPage.directionFilter.title': '方向',
  'catalogGraphPage.directionFilter.leftToRight': '从左到右',
  'catalogGraphPage.directionFilter.rightToLeft': '从右到左',
  'catalogGraphPage.directionFilter.topToBottom': '从上到下',
  'catalogGraphPage.directionFilter.bottomToTop': '从下到上',
  'catalogGraphPage.maxDepthFilter.title': '最大深度',
  'catalogGraphPage.maxDepthFilter.inputPlaceholder': '∞ 不限',
  'catalogGraphPage.maxDepthFilter.clearButtonAriaLabel': '清除最大深度',
  'catalogGraphPage.selectedKindsFilter.title': '类别',
  'catalogGraphPage.selectedRelationsFilter.title': '关系',
};
